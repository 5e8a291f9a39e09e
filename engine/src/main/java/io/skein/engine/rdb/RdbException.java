package io.skein.engine.rdb;

/// Says that bytes are not a sound RDB file, and where: what was decoded before that byte stands.
public final class RdbException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What kind of fault it is, since a torn transfer is retried and a corrupt file is not.
  public enum Fault {
    /// The bytes ended before the file did.
    TORN,
    /// The bytes do not begin as an RDB file does, or have a version that is not known here.
    NOT_RDB,
    /// The structure is broken.
    CORRUPT,
    /// The structure is sound, the checksum is not.
    CHECKSUM,
    /// The file is sound, but holds what cannot be taken in.
    UNSUPPORTED
  }

  private final Fault fault;
  private final long offset;
  private final String reason;

  /// Describes a `fault` at byte `offset` of the file, counted from 0.
  public RdbException(Fault fault, long offset, String reason) {
    super("RDB at byte " + offset + ": " + reason, null, false, false);
    this.fault = fault;
    this.offset = offset;
    this.reason = reason;
  }

  /// Returns what is wrong, without where.
  public String reason() {
    return reason;
  }

  /// Returns the kind of the fault.
  public Fault fault() {
    return fault;
  }

  /// Returns the offset of the item that could not be decoded, in bytes from the start of the file.
  public long offset() {
    return offset;
  }
}
