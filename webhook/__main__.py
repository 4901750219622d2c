"""`python -m webhook` is the `scangate` command."""

from webhook.cli import main

if __name__ == "__main__":
    main()
