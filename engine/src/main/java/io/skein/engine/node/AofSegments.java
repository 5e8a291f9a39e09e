package io.skein.engine.node;

/// Is told which bytes of the log lie in which append only file, as they get there.
///
/// Files are named as [Disk] names them.
interface AofSegments {
  /// For nobody.
  AofSegments NONE =
      new AofSegments() {
        @Override
        public void written(String file, long filePosition, long logPosition, long length) {}

        @Override
        public boolean keeps(String file) {
          return false;
        }

        @Override
        public void deleted(String file) {}
      };

  /// `length` bytes from `logPosition` of the history that is the log's now can be read in `file`,
  /// from `filePosition` on.
  void written(String file, long filePosition, long logPosition, long length);

  /// Whether `file`, which is no longer needed to load the data set, shall stay for now; asked
  /// again now and then.
  boolean keeps(String file);

  /// `file` is about to be deleted.
  void deleted(String file);
}
