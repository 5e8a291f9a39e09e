package io.skein.simulator;

import java.util.List;

/// A data set as a file keeps it: a history up to an offset.
record Saved(String replid, List<Entry> entries) {}
