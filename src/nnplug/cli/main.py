"""The `nnplug` command: its subcommands, its version, and how errors are said."""

import errno
import sys
from typing import Any

import click

from nnplug.cli.group import LazyGroup
from nnplug.cli.plugin_options import plugin_options
from nnplug.core.errors import NnplugError

COMMANDS = {
    "train": ("nnplug.cli.train:train", "Train a network and say how good it is."),
    "runs": ("nnplug.cli.runs:runs", "List saved runs, or show all that one of them says."),
    "rerun": ("nnplug.cli.rerun:rerun", "Do a run again: is it the same to the last bit?"),
    "compare": ("nnplug.cli.compare:compare", "Compare settings over many seeds: who is better?"),
    "play": ("nnplug.cli.play:play", "See components learn, in a page of your browser."),
    "report": ("nnplug.cli.report_command:report", "Write a report of runs to hand in."),
    "predict": ("nnplug.cli.predict:predict", "Predict the rows of a table with a trained model."),
    "evaluate": ("nnplug.cli.evaluate:evaluate", "Say how good a trained model is on a table."),
    "export": ("nnplug.cli.export:export", "Write a model as a NumPy program or as ONNX."),
    "list": ("nnplug.cli.list:list_components", "List the components that can be named."),
    "show": ("nnplug.cli.show:show", "Show a component: formula, hyperparameters, source."),
    "explain": ("nnplug.cli.explain:explain", "Print one sample's numbers, to tick off by hand."),
    "new": ("nnplug.cli.new:new", "Write a package for a component of your own."),
    "check": ("nnplug.cli.check:check", "Check that components are right, and say what is not."),
    "plugins": ("nnplug.cli.plugins:plugins", "Show the plugins: what each gives, or lacks."),
}

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT."""


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from nnplug.cli.version import version_text

        click.echo(version_text())
        ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`nnplug COMMAND --help` says more.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the versions of nnplug, Python, NumPy and its BLAS.",
)
@plugin_options
def group() -> None:
    """Neural networks in NumPy where every component is a plugin."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    words = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in words
    sys.exit(run([word for word in words if word != "--debug"], debug=debug))


def run(words: list[str], *, debug: bool = False) -> int:
    """Run the command line; say errors in one line each; return the exit code."""
    try:
        result: Any = group.main(words, prog_name="nnplug", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        ctx = getattr(error, "ctx", None)
        hint = None if ctx is None else f"{ctx.command_path} --help says what there is"
        say_error(error.format_message().removesuffix("."), hint)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("nnplug: ended", err=True)
        return INTERRUPTED
    except NnplugError as error:
        if debug:
            raise
        say_error(error.message, error.hint, notes(error))
        return 1
    except BaseException as error:  # a stranger's component raised, or nnplug is wrong
        if debug:
            raise
        if _is_clicks_own(error):
            return 1
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            say_error(f"cannot write {error.filename or 'the output'}: {error.strerror}")
            return 1
        from nnplug.core.loader.failure import one_line

        say_error(one_line(error), "--debug shows the traceback")
        return 1


def _is_clicks_own(error: BaseException) -> bool:
    """Say whether click ends Python: the reader of our output (head, less) has gone.

    There is nobody to tell then. Who else exits Python is told.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    last = "" if trace is None else trace.tb_frame.f_globals.get("__name__", "")
    return isinstance(error, SystemExit) and last == "click.core"


def notes(error: BaseException) -> str:
    """Return what was noted on an error about where it came from."""
    return "; ".join(getattr(error, "__notes__", ()))


def say_error(message: str, hint: str | None = None, where: str = "") -> None:
    """Print one error on stderr."""
    click.echo(f"nnplug: error: {message}" + (f" ({where})" if where else ""), err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
