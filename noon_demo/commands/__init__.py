"""What the command `noon` does beside serving, one module a subcommand."""
