"""`python -m newsfeed` is the command `newsfeed`."""

from newsfeed.cli import main

main(prog_name="newsfeed")
