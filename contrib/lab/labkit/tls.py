# SPDX-License-Identifier: Apache-2.0
"""The lab's certificate authority: P-256 keys, 127.0.0.1 as an IP SAN, since
libldap replaces the name localhost by the host's own before it verifies."""
import os
import subprocess

DAYS = "90"
P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Authority:
    def __init__(self, directory, also=()):
        """ALSO: names that every certificate has beside its own."""
        self.dir = directory
        self.also = also
        self.ca = os.path.join(directory, "ca.pem")
        self.ca_key = os.path.join(directory, "ca.key")

    def create(self):
        os.makedirs(self.dir, exist_ok=True)
        self._openssl("req", "-x509", *P256, "-days", DAYS, "-subj",
                      "/CN=Sallyport lab CA", "-keyout", self.ca_key,
                      "-out", self.ca)

    def issue(self, name, *, usage="serverAuth,clientAuth",
              address="127.0.0.1"):
        """Certificate and key paths for NAME."""
        base = os.path.join(self.dir, name)
        cert, key, csr, ext = (base + end for end in
                               (".pem", ".key", ".csr", ".ext"))
        with open(ext, "w", encoding="ascii") as out:
            names = "".join(f"DNS:{n}," for n in (name, *self.also))
            out.write(f"subjectAltName={names}IP:{address}\n"
                      f"extendedKeyUsage={usage}\n"
                      "basicConstraints=critical,CA:FALSE\n")
        self._openssl("req", *P256, "-subj", f"/CN={name}", "-keyout", key,
                      "-out", csr)
        self._openssl("x509", "-req", "-in", csr, "-CA", self.ca, "-CAkey",
                      self.ca_key, "-CAcreateserial", "-days", DAYS,
                      "-extfile", ext, "-out", cert)
        os.unlink(csr)
        os.unlink(ext)
        return cert, key

    @staticmethod
    def _openssl(*args):
        run = subprocess.run(["openssl", *args], capture_output=True,
                             text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"openssl {args[0]}: {run.stderr.strip()}")
