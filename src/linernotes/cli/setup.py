"""Commands about the installation itself. Heavy modules are imported inside them."""

import click

from linernotes.cli.options import environment_options, flags, format_option, start_logging


@click.command()
@click.argument("name", default="")
@click.option("--changed", is_flag=True, help="Show only the settings that you have changed.")
@format_option
@environment_options
def config(name: str, changed: bool, form: str) -> None:
    """Show every setting, its value and where it comes from.

    With NAME, only settings with that text in their name, e.g. spotify or per_second. Secrets are shown as set or not
    set. Variables that look like settings and change nothing are listed last.
    """
    from linernotes.cli.console import show
    from linernotes.config.settings import read_settings
    from linernotes.reports.settings import settings_report

    settings = read_settings(flags())
    start_logging(settings)
    show([each.row for each in settings_report(settings, name, changed=changed)], form, "settings")


SETUP = (config,)
