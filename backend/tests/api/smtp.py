"""The mail server of the tests: aiosmtpd, with each mail it takes as a file in a folder.

smtp.py FOLDER [CERTIFICATE KEY [later]]: prints its port, and ends when its input does. TLS begins at
once, or later, with STARTTLS. It refuses who is
called `refused` for good and `later` for now, as servers do.
"""

import asyncio
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

folder = Path(sys.argv[1])


class Handler:
    taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox here"
        if address.startswith("later"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Handler.taken += 1
        tls = server.transport.get_extra_info("ssl_object") is not None
        head = f"X-To: {','.join(envelope.rcpt_tos)}\r\nX-TLS: {tls}\r\n"
        written = folder / f".{Handler.taken}"
        written.write_bytes(head.encode() + envelope.content)
        written.rename(folder / f"{Handler.taken:04}.eml")
        return f"250 2.0.0 Taken as {Handler.taken}"


async def main():
    tls = None
    if len(sys.argv) > 2:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    loop = asyncio.get_running_loop()
    later = tls if len(sys.argv) > 4 else None

    def talk():
        return SMTP(Handler(), tls_context=later, require_starttls=later is not None)

    server = await loop.create_server(talk, "127.0.0.1", 0, ssl=None if later else tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
