# SPDX-License-Identifier: Apache-2.0
"""The log receiver: rsyslogd with imrelp over TLS, one record a line."""
import os
import socket
import ssl

from .process import Daemon

CLIENT_NAME = "sallyport.example.test"
SERVER_NAME = "siem.example.test"

CONFIG = """\
global(workDirectory="{dir}" maxMessageSize="64k")
module(load="imrelp" tls.tlslib="openssl")
input(type="imrelp" address="127.0.0.1" port="{port}" maxDataSize="64k"
      ruleset="records" tls="on" tls.authMode="name"
      tls.permittedPeer=["{client}"] tls.caCert="{ca}"
      tls.myCert="{cert}" tls.myPrivKey="{key}")
template(name="record" type="string" string="%msg:::drop-last-lf%\\n")
ruleset(name="records") {{
  action(type="omfile" file="{file}" template="record" fileCreateMode="0640")
}}
"""


class Receiver:
    """rsyslogd under LAB.dir/siem."""

    name = "rsyslogd"

    def __init__(self, lab):
        self.lab = lab
        self.dir = os.path.join(lab.dir, "siem")
        self.file = os.path.join(self.dir, "records")
        self.config = os.path.join(self.dir, "rsyslog.conf")
        self.daemon = Daemon("rsyslogd", lab.run_dir, lab.log_dir)

    def create(self):
        os.makedirs(self.dir)
        cert, key = self.lab.tls.issue(SERVER_NAME)
        self.lab.tls.issue(CLIENT_NAME)
        with open(self.file, "w", encoding="ascii"):
            pass
        with open(self.config, "w", encoding="ascii") as out:
            out.write(CONFIG.format(
                dir=self.dir, port=self.lab.port("relp"), client=CLIENT_NAME,
                ca=self.lab.tls.ca, cert=cert, key=key, file=self.file))

    def start(self):
        # without a pid file: one that was killed leaves it, and rsyslogd does
        # not start when another process has that number by then
        self.daemon.start(["/usr/sbin/rsyslogd", "-n", "-f", self.config,
                           "-iNONE"])

    def ready(self):
        """A TLS handshake with the client's certificate succeeds."""
        base = os.path.join(self.lab.tls.dir, CLIENT_NAME)
        context = ssl.create_default_context(cafile=self.lab.tls.ca)
        context.load_cert_chain(base + ".pem", base + ".key")
        try:
            address = "127.0.0.1", self.lab.port("relp")
            with socket.create_connection(address, 2) as plain, \
                    context.wrap_socket(plain, server_hostname=SERVER_NAME):
                return True
        except OSError:
            return False
