"""Cards of many kinds, all invented: one half taught rules, the other half only measures."""
