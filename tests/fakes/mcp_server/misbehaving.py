"""Servers that misbehave before a session stands: silent, garbage, endless, quits."""

import sys
import time


def main() -> None:
    how = sys.argv[1]
    if how == "quits":
        return
    while how == "endless":
        sys.stdout.write("x" * 65_536)
    if how == "garbage":
        for _ in sys.stdin:
            sys.stdout.write('{"jsonrpc": "2.0", "id": 1, "result": [[[\n\x00\xff not json\n{}\n')
            sys.stdout.flush()
        return
    time.sleep(600)


if __name__ == "__main__":
    main()
