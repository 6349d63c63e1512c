"""The subcommands of `noon`, one module each with a `main(arguments)`."""
