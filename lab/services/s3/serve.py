"""serve: MiniStack's S3 for one lab: ends with the lab that started it, and never says stored of what it could not keep.

Started with a pipe as standard input that the lab holds open; its end is the lab's end, also after kill -9.
"""
import logging
import os
import signal
import threading


def end_with_the_lab() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


class Unkept(logging.Filter):
    """MiniStack only warns when it can't write an object to disk (no space, say) and answers 200; here that is an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("Failed to persist"):
            raise OSError(record.getMessage())
        return True


def main() -> None:
    threading.Thread(target=end_with_the_lab, daemon=True).start()
    from ministack.app import main as serve
    logging.getLogger("s3").addFilter(Unkept())
    serve()


if __name__ == "__main__":
    main()
