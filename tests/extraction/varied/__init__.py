"""Cards of many kinds, all invented, in layouts, labels and photographs of many kinds.

`taught` taught rules from the beginning; `kept` and `later` were each measured once before anybody looked at how they
were read, and taught afterwards; `last` was drawn when all rules were made and only measures.
"""
