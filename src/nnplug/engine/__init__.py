"""What runs components: the network, the training loop, history and files."""
