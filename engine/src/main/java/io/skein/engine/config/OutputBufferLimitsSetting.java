package io.skein.engine.config;

import io.skein.engine.config.OutputBufferLimits.Limit;
import java.util.List;

/// `client-output-buffer-limit CLASS HARD SOFT SECONDS [...]`; classes not named keep their limits.
final class OutputBufferLimitsSetting extends CompoundSetting<OutputBufferLimits> {
  private static final String INVALID =
      "Error in hard, soft or soft_seconds setting in buffer limit configuration.";

  OutputBufferLimitsSetting() {
    super("client-output-buffer-limit", null, MODIFIABLE, OutputBufferLimits.INITIAL);
  }

  @Override
  OutputBufferLimits parse(List<String> words, OutputBufferLimits current) throws ConfigError {
    if (words.size() % 4 != 0) {
      throw new ConfigError("Wrong number of arguments in buffer limit configuration.");
    }
    Limit normal = current.normal();
    Limit replica = current.replica();
    Limit pubsub = current.pubsub();
    for (int i = 0; i < words.size(); i += 4) {
      String clientClass = ConfigText.lower(words.get(i));
      List<String> bounds = words.subList(i + 1, i + 4);
      switch (clientClass) {
        case "normal" -> normal = limit(bounds);
        case "slave", "replica" -> replica = limit(bounds);
        case "pubsub" -> pubsub = limit(bounds);
        default ->
            throw new ConfigError("Invalid client class specified in buffer limit configuration.");
      }
    }
    return new OutputBufferLimits(normal, replica, pubsub);
  }

  private static Limit limit(List<String> words) throws ConfigError {
    Long hard = NumberText.memory(words.get(0));
    Long soft = NumberText.memory(words.get(1));
    if (hard == null || soft == null || hard < 0 || soft < 0) {
      throw new ConfigError(INVALID);
    }
    return new Limit(hard, soft, (int) number(words.get(2), 0, Integer.MAX_VALUE, INVALID));
  }

  @Override
  String show(OutputBufferLimits value) {
    return "normal " + value.normal() + " slave " + value.replica() + " pubsub " + value.pubsub();
  }

  @Override
  void rewrite(OutputBufferLimits value, ConfigRewrite out) {
    rewrite("normal", value.normal(), initial().normal(), out);
    rewrite("replica", value.replica(), initial().replica(), out);
    rewrite("pubsub", value.pubsub(), initial().pubsub(), out);
  }

  private void rewrite(String clientClass, Limit limit, Limit initial, ConfigRewrite out) {
    String bounds =
        NumberText.memoryText(limit.hardBytes())
            + " "
            + NumberText.memoryText(limit.softBytes())
            + " "
            + limit.softSeconds();
    out.line(name(), name() + " " + clientClass + " " + bounds, !limit.equals(initial));
  }
}
