"""tether.py COMMAND…: a program that ends with the lab that started it, also after kill -9.

Its standard input is a pipe that the lab holds open; at its end the whole process group goes.
"""
import os
import signal
import subprocess
import sys
import threading


def end_with_the_lab() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


def tethered() -> None:
    """Tie this process and all that it starts to the lab."""
    threading.Thread(target=end_with_the_lab, daemon=True).start()


if __name__ == "__main__":
    tethered()
    sys.exit(subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL).wait())
