"""The playground: a page in the browser that shows any registered component learn."""
