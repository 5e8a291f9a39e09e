package io.skein.testkit;

/// A node's answer was an error.
public final class ReplyError extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReplyError(String text) {
    super(text);
  }

  /// The first word, such as `MOVED` or `ERR`.
  public String code() {
    String text = String.valueOf(getMessage());
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }
}
