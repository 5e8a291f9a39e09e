package io.skein.server.log;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.FormattingTuple;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.MessageFormatter;
import io.skein.engine.config.LogLevel;
import org.jspecify.annotations.Nullable;

/// Takes Netty's warnings into the server's log and drops the rest, without looking for a logging
/// library.
public final class NettyLog extends InternalLoggerFactory {
  private final ServerLog log;

  private NettyLog(ServerLog log) {
    this.log = log;
  }

  /// Has Netty log here from now on; to be called before anything else of Netty.
  public static void install(ServerLog log) {
    InternalLoggerFactory.setDefaultFactory(new NettyLog(log));
  }

  @Override
  protected InternalLogger newInstance(String name) {
    return new Quiet(name, log);
  }

  private static final class Quiet extends AbstractInternalLogger {
    private static final long serialVersionUID = 1L;

    private final transient ServerLog log;

    Quiet(String name, ServerLog log) {
      super(name);
      this.log = log;
    }

    private void say(FormattingTuple message) {
      say(message.getMessage(), message.getThrowable());
    }

    private void say(String text, @Nullable Throwable cause) {
      log.log(LogLevel.WARNING, "net: " + text + (cause == null ? "" : ": " + cause));
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public void trace(String text) {}

    @Override
    public void trace(String format, Object arg) {}

    @Override
    public void trace(String format, Object a, Object b) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public void trace(String text, Throwable cause) {}

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public void debug(String text) {}

    @Override
    public void debug(String format, Object arg) {}

    @Override
    public void debug(String format, Object a, Object b) {}

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void debug(String text, Throwable cause) {}

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public void info(String text) {}

    @Override
    public void info(String format, Object arg) {}

    @Override
    public void info(String format, Object a, Object b) {}

    @Override
    public void info(String format, Object... arguments) {}

    @Override
    public void info(String text, Throwable cause) {}

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public void warn(String text) {
      say(text, null);
    }

    @Override
    public void warn(String format, Object arg) {
      say(MessageFormatter.format(format, arg));
    }

    @Override
    public void warn(String format, Object a, Object b) {
      say(MessageFormatter.format(format, a, b));
    }

    @Override
    public void warn(String format, Object... arguments) {
      say(MessageFormatter.arrayFormat(format, arguments));
    }

    @Override
    public void warn(String text, Throwable cause) {
      say(text, cause);
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public void error(String text) {
      say(text, null);
    }

    @Override
    public void error(String format, Object arg) {
      say(MessageFormatter.format(format, arg));
    }

    @Override
    public void error(String format, Object a, Object b) {
      say(MessageFormatter.format(format, a, b));
    }

    @Override
    public void error(String format, Object... arguments) {
      say(MessageFormatter.arrayFormat(format, arguments));
    }

    @Override
    public void error(String text, Throwable cause) {
      say(text, cause);
    }
  }
}
