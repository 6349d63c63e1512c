"""What every request passes before its route: limits of connections, hosts and sizes, a proxy's path."""
