"""Our own reader for codes that no library can read: bent, blurred, glaring, noisy.

`finders` looks for the three finder patterns by correlation, `timing` tells which belong together and how many modules
lie between, `sheet` and `mesh` lay the module grid over the bent paper, `equaliser` takes the blur out module by
module, `symbol` and `reed_solomon` turn doubtful modules into codewords with the most doubtful as erasures. The result
is drawn again as a clean symbol and read by zxing-cpp, so that the meaning of bits has one reader. What is not certain
is not read (`symbol.MOST_CHANCE`, `symbol.MOST_REVERSED`).
"""
