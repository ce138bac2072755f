"""x"""
HELP = "x"; EXAMPLE = "x"
def arguments(p): pass
def run(o): return 0
