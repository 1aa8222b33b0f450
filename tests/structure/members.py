# SPDX-License-Identifier: Apache-2.0
"""Which members of structs a source file sets and reads, as clang sees it."""
import os
import re
import subprocess

from tree import ROOT

STRUCT = re.compile(r"struct (\w+) definition$")
FIELD = re.compile(r"FieldDecl (0x\w+) .* (\w+) '")
MEMBER = re.compile(r"(?:->|\.)\w* (0x\w+)(?: non_odr_use_unevaluated)?$")
LISTED = re.compile(r"InitListExpr .*? '(?:const )?struct (\w+)'")
TYPE = re.compile(r"'([^']*)'")
SET, READ = {"set"}, {"read"}


class Tree:
    """The lines of a dump, each with those above it and its place among the
    children of the one above."""

    def __init__(self, source):
        run = subprocess.run(
            ["clang-14", "-fsyntax-only", "-D_GNU_SOURCE", "-Iinclude", "-I.",
             '-DSALLYPORT_VERSION=""', '-DSALLYPORT_LIBEXECDIR=""',
             '-DSALLYPORT_SYSCONFDIR=""', "-std=c11", "-Xclang", "-ast-dump",
             source], cwd=ROOT, capture_output=True, text=True, check=True,
            # a compiler cache keeps no dump, and may answer with another one
            env=os.environ | {"CCACHE_DISABLE": "1"})
        self.lines = run.stdout.split("\n")
        self.above, self.number, self.callee = [], [], {}

    def __iter__(self):
        for line in self.lines:
            node = line.lstrip(" |`-")
            depth = (len(line) - len(node)) // 2
            del self.above[depth:]
            del self.number[depth + 1:]
            if depth == len(self.number):
                self.number.append(-1)
            self.number[depth] += 1
            if self.number[depth] == 0:     # the first child of a call
                self.callee[depth] = node
            yield node
            self.above.append(node)

    def use(self):
        """What the nodes above do with the member that was just found."""
        for depth in range(len(self.above) - 1, 0, -1):
            number = self.number[depth + 1]
            if self.above[depth].startswith("CallExpr"):
                return use_by_call(self.callee[depth + 1], number)
            found = use_by(self.above[depth], number)
            if found is not None:
                return found
        return set()


def points_to(node):
    """"const char" for an expression that is a pointer to one."""
    kind = (TYPE.findall(node) or [""])[0]
    return kind[:-2] if kind.endswith(" *") else ""


def use_by_call(callee, number):
    """Of an argument that is no pointer to const."""
    kind = (TYPE.findall(callee) or [""])[0]
    fixed = kind.partition("(*)(")[2].removesuffix(", ...)").count(",") + 1
    return READ if kind.endswith(", ...)") and number > fixed else SET


def use_by(node, number):
    """None: whatever uses this node does it."""
    kind = node.partition(" ")[0]
    if "<LValueToRValue>" in node:
        return READ
    if kind.endswith("CastExpr"):
        return READ if points_to(node).startswith("const ") else None
    if kind in ("ParenExpr", "ArraySubscriptExpr", "MemberExpr",
                "ConditionalOperator"):
        return None
    if kind == "UnaryOperator":
        return SET | READ if "'++'" in node or "'--'" in node else None
    if kind == "BinaryOperator" and node.endswith("'='"):
        return SET if number == 0 else SET | READ
    if kind == "BinaryOperator" and points_to(node):
        return None
    return {"CompoundAssignOperator": SET | READ,
            "InitListExpr": SET | READ, "VarDecl": SET | READ,
            "ReturnStmt": SET | READ,
            "UnaryExprOrTypeTraitExpr": set()}.get(kind, READ)


def members(source, wanted):
    """({struct: its members in order}, {(struct, member): {"set", "read"}}) of
    the structs whose names the pattern fits."""
    structs, uses, names = {}, {}, {}
    tree = Tree(source)
    for node in tree:
        above = tree.above[-1] if tree.above else ""
        if node.startswith("FieldDecl"):
            struct = STRUCT.search(above)
            if struct and wanted.match(struct[1]):
                number, name = FIELD.match(node).groups()
                structs.setdefault(struct[1], []).append(name)
                names[number] = struct[1], name
        elif node.startswith("MemberExpr"):
            found = names.get(MEMBER.search(node)[1])
            if found:
                uses.setdefault(found, set()).update(tree.use())
        listed = LISTED.match(above)
        if listed and listed[1] in structs and \
                not node.startswith("ImplicitValueInitExpr"):
            place = tree.number[len(tree.above)]
            uses.setdefault((listed[1], structs[listed[1]][place]),
                            set()).add("set")
    return structs, uses
