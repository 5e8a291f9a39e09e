package io.skein.engine.config;

/// What certain texts must look like beyond being text.
final class TextChecks {
  private static final int MAX_HOST_NAME_LENGTH = 255;
  private static final String NOT_IN_NODE_NAMES = "!#$%&()*+:;<>?@[]^{|}~";

  private TextChecks() {}

  static void check(TextSetting.Check check, String text) throws ConfigError {
    switch (check) {
      case NONE, SECRET -> {}
      case RDB_FILE_NAME ->
          require(isBaseName(text), "dbfilename can't be a path, just a filename");
      case AOF_FILE_NAME -> {
        require(!text.isEmpty(), "appendfilename can't be empty");
        require(isBaseName(text), "appendfilename can't be a path, just a filename");
      }
      case AOF_DIRECTORY_NAME -> {
        require(!text.isEmpty(), "appenddirname can't be empty");
        require(isBaseName(text), "appenddirname can't be a path, just a dirname");
      }
      case HOST_NAME -> hostName(text);
      case NODE_NAME ->
          require(isNodeName(text), "Announced human node name contained invalid character");
      case TITLE_TEMPLATE ->
          require(
              isTitleTemplate(text), "template format is invalid or contains unknown variables");
      case LOCALE -> require(isLocale(text), "Invalid locale name");
    }
  }

  private static void require(boolean holds, String otherwise) throws ConfigError {
    if (!holds) {
      throw new ConfigError(otherwise);
    }
  }

  private static boolean isBaseName(String text) {
    return text.indexOf('/') < 0 && text.indexOf('\\') < 0;
  }

  private static void hostName(String text) throws ConfigError {
    require(
        ConfigText.raw(text).length() <= MAX_HOST_NAME_LENGTH,
        "Hostnames must be less than 256 characters");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      require(
          isLetterOrDigit(c) || c == '-' || c == '.',
          "Hostnames may only contain alphanumeric characters, hyphens or dots");
    }
  }

  private static boolean isNodeName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (NOT_IN_NODE_NAMES.indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /// A template is text with `{variable}` parts, `{{` standing for a brace, and does not expand to
  /// blanks.
  private static boolean isTitleTemplate(String text) {
    boolean blank = true;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '{') {
        blank &= c == ' ';
        continue;
      }
      if (at < text.length() && text.charAt(at) == '{') {
        blank = false;
        at++;
        continue;
      }
      int end = text.indexOf('}', at);
      switch (end < 0 ? "" : text.substring(at, end)) {
        case "title", "server-mode", "unixsocket" -> {} // may expand to nothing
        case "listen-addr", "port", "tls-port", "config-file" -> blank = false;
        default -> {
          return false;
        }
      }
      at = end + 1;
    }
    return !blank;
  }

  /// Empty for the environment's, `C`, `POSIX`, or `language[_TERRITORY][.codeset][@modifier]`.
  private static boolean isLocale(String text) {
    if (text.isEmpty() || text.equals("C") || text.equals("POSIX") || text.startsWith("C.")) {
      return true;
    }
    int letters = 0;
    while (letters < text.length() && Character.isLowerCase(text.charAt(letters))) {
      letters++;
    }
    if (letters < 2 || letters > 3) {
      return false;
    }
    for (int i = letters; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && "_.@-".indexOf(c) < 0) {
        return false;
      }
    }
    return letters == text.length() || "_.@".indexOf(text.charAt(letters)) >= 0;
  }
}
