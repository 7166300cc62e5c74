"""`rapport bench load`: what it costs to bring a large export into the lake, beside the libraries that can do the same."""
