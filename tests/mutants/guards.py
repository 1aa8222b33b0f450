# SPDX-License-Identifier: Apache-2.0
"""The guards of a C source: what stands in an `if`, or in a `return`, and makes
it true by itself.  `if (a || b)` and `return a || b;` are two guards each.

No compiler: comments, strings and preprocessor lines are blanked out, letter
by letter, so that what is left can be counted in parentheses and braces and
still has the places of the source."""
import dataclasses
import re

BLANKED = re.compile(
    r"/\*.*?\*/"                        # comment
    r"|//[^\n]*"
    r'|"(?:[^"\\\n]|\\.)*"'             # string
    r"|'(?:[^'\\\n]|\\.)*'"             # character
    r"|^[ \t]*#(?:[^\\\n]|\\.|\\\n)*",  # directive, with its continuations
    re.DOTALL | re.MULTILINE)
IF = re.compile(r"\bif[ \t\n]*\(")
RETURN = re.compile(r"\breturn\b([^;]*);")
NAME = re.compile(r"(\w+)[ \t\n]*\(")
# what is evaluated for its effect: a call, an assignment, a step
EFFECT = re.compile(r"\w[ \t\n]*\(|\+\+|--|(?<![=!<>])=(?!=)")
SIZEOF = re.compile(r"\b(sizeof|_Alignof|offsetof)[ \t\n]*\(")


@dataclasses.dataclass(frozen=True)
class Guard:
    path: str
    line: int
    function: str
    condition: str      # on one line, as written
    start: int          # of the condition's text, behind the parenthesis
    end: int
    part: bool          # of more, with || between

    @property
    def key(self):
        return f"{self.path}: {self.function}: {self.condition}"

    def turned_off(self, text):
        """TEXT without this guard.  What the condition does is still done:
        where it has an effect, only its answer is ignored."""
        inside = text[self.start:self.end]
        plain = SIZEOF.sub("", blank(inside))
        off = f"({inside}) && 0" if EFFECT.search(plain) \
            else f"0 && ({inside})"
        if self.part:
            off = f"({off})"
        return text[:self.start] + off + text[self.end:]


def blank(text):
    """TEXT with spaces for all that is no code, and a 0 for each letter of a
    string or a character; newlines stay."""
    return BLANKED.sub(
        lambda m: re.sub(r"[^\n]", "0" if m[0][0] in "\"'" else " ", m[0]),
        text)


def closing(code, at):
    """Where the parenthesis that opens at AT is closed."""
    depth = 0
    for place in range(at, len(code)):
        if code[place] == "(":
            depth += 1
        elif code[place] == ")":
            depth -= 1
            if depth == 0:
                return place
    raise ValueError(f"a parenthesis that is not closed at {at}")


def alternatives(code, start, end):
    """[(start, end)] of what || divides, outside of all parentheses; one
    where that is a part of something else."""
    ends, depth = [], 0
    for match in re.finditer(r"[()?]|\|\|", code[start:end]):
        if match[0] == "?" and depth == 0:
            ends = []
            break
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == "||" and depth == 0:
            ends.append(start + match.start())
    starts = [start, *(at + 2 for at in ends)]
    trimmed = []
    for first, last in zip(starts, [*ends, end]):
        space = len(code[first:last]) - len(code[first:last].lstrip())
        trimmed.append((first + space, first + len(code[first:last].rstrip())))
    return trimmed


def functions(code):
    """[(start, end, name)] of the function bodies: braces at the outermost
    level behind a parenthesis."""
    found, depth, start, head = [], 0, 0, 0
    for match in re.finditer(r"[{};]", code):
        if match[0] == "{":
            if depth == 0:
                start = match.start()
            depth += 1
        elif match[0] == "}":
            depth -= 1
        if depth == 0 and match[0] in "};":
            if match[0] == "}" and code[head:start].rstrip().endswith(")"):
                name = NAME.search(code, head, start)
                found.append((start, match.end(), name[1]))
            head = match.end()
    return found


def guards(path, text):
    """The guards of the source TEXT, in its order."""
    code = blank(text)
    found = []
    for start, end, name in functions(code):
        places = [(m.end(), closing(code, m.end() - 1), False)
                  for m in IF.finditer(code, start, end)]
        places += [(*m.span(1), True)
                   for m in RETURN.finditer(code, start, end)]
        for opens, closes, value in sorted(places):
            parts = alternatives(code, opens, closes)
            if value and len(parts) == 1:
                continue    # a value is no guard
            found += [Guard(path, text.count("\n", 0, first) + 1, name,
                            " ".join(text[first:last].split()), first, last,
                            len(parts) > 1)
                      for first, last in parts]
    return found


def explained(text):
    """{key: reason} of the list of survivors with a reason.  A line at the
    margin is a guard, `path: function: condition`; what is indented below it
    says why no test can notice it; # begins a comment."""
    found, key = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t":
            if key is None:
                raise ValueError(f"line {number}: a reason without a guard")
            found[key] = f"{found[key]} {line.strip()}".strip()
        else:
            key = line.strip()
            if key in found:
                raise ValueError(f"line {number}: {key} is there twice")
            found[key] = ""
    for key, reason in found.items():
        if not reason:
            raise ValueError(f"{key}: has no reason")
    return found
