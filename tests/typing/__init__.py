"""Scripts that use the package as its users do, for type checkers."""
