"""Runs `congtin` again and again, each time in a forked process of its own: Scrapy is imported once, not fifty times.

Reads a task a line from stdin (JSON), answers with its exit code. For processes that get signals, or whose environment
matters when they are imported, this is not the way.
"""

import json
import os
import sys
import traceback
import warnings

import crawler.demo.portal  # imported here so that the children need not
import crawler.run
import crawler.single  # noqa: F401
from crawler.cli import main


def run(task: dict) -> None:
    os.chdir(task["cwd"])
    os.environ.clear()
    os.environ.update(task["env"])
    for fd, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(task[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), fd)
    warnings.simplefilter("error")
    exec(task["before"], {})
    sys.argv = ["congtin", *task["args"]]
    main()


def exit_code(task: dict) -> int:
    try:
        run(task)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a child must not run on as the runner
        traceback.print_exc()
        return 1
    return 0


def serve() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = exit_code(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":  # what a command starts of its own imports this file again
    serve()
