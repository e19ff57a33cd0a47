"""Is a script, and no module."""

import sys

print("this line must not reach stdout")
sys.exit(3)
