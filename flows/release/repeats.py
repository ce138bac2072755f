def compared(folder):
    return {}, (), ()
