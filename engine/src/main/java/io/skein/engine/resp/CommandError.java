package io.skein.engine.resp;

/// A client's mistake: becomes one error reply, and nothing has been changed.
///
/// It carries no stack trace, so that a client cannot slow the server down by being wrong.
public final class CommandError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// An error whose reply is `-` followed by `text`, which begins with a code such as `ERR`.
  public CommandError(String text) {
    super(text, null, false, false);
  }

  /// The text of the reply without the leading `-`.
  public String text() {
    return String.valueOf(getMessage());
  }
}
