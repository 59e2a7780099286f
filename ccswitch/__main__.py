"""The door: patch the standard library for gevent before anything else is imported, then hand over to the CLI."""

from gevent import monkey

monkey.patch_all()


def main() -> None:
    """Run the command line. The import is late so that everything below it is already patched."""
    from ccswitch.cli import main as cli_main

    cli_main()


if __name__ == "__main__":
    main()
