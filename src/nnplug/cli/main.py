"""The `nnplug` command: its subcommands, its version, and how errors are said."""

import sys
from typing import Any

import click

from nnplug.cli.group import LazyGroup
from nnplug.cli.plugin_options import plugin_options
from nnplug.core.errors import NnplugError

COMMANDS = {
    "train": ("nnplug.cli.train:train", "Train a network and say how good it is."),
    "compare": ("nnplug.cli.compare:compare", "Compare settings over many seeds: who is better?"),
    "report": ("nnplug.cli.report_command:report", "Write a report of runs to hand in."),
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
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; there is nobody to tell.
        sys.stderr.close()
        return 1
    except NnplugError as error:
        if debug:
            raise
        say_error(error.message, error.hint, notes(error))
        return 1
    except BaseException as error:  # a stranger's component raised, or nnplug is wrong
        if debug:
            raise
        from nnplug.core.loader.failure import one_line
        from nnplug.core.provenance import blame
        from nnplug.core.registry import default_registry

        blame(error, default_registry())
        say_error(one_line(error), "--debug shows the traceback")
        return 1


def notes(error: BaseException) -> str:
    """Return what was noted on an error about where it came from."""
    return "; ".join(getattr(error, "__notes__", ()))


def say_error(message: str, hint: str | None = None, where: str = "") -> None:
    """Print one error on stderr."""
    click.echo(f"nnplug: error: {message}" + (f" ({where})" if where else ""), err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
