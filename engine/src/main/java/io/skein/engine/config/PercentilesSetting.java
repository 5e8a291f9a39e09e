package io.skein.engine.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// `latency-tracking-info-percentiles P ...`, each 0 to 100, or `""` for none.
final class PercentilesSetting extends CompoundSetting<List<Double>> {
  PercentilesSetting() {
    super("latency-tracking-info-percentiles", null, MODIFIABLE, List.of(50.0, 99.0, 99.9));
  }

  @Override
  List<Double> parse(List<String> words, List<Double> current) throws ConfigError {
    List<Double> values = new ArrayList<>();
    for (String word : unlessEmpty(words)) {
      double value = decimal(word);
      if (value < 0 || value > 100) {
        throw new ConfigError(
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
      }
      values.add(value);
    }
    return List.copyOf(values);
  }

  private static double decimal(String word) throws ConfigError {
    for (int i = 0; i < word.length(); i++) {
      if ("0123456789.+-eE".indexOf(word.charAt(i)) < 0) {
        throw invalid();
      }
    }
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException notOne) {
      throw invalid();
    }
  }

  private static ConfigError invalid() {
    return new ConfigError("Invalid latency-tracking-info-percentiles parameters");
  }

  @Override
  String show(List<Double> value) {
    List<String> texts = new ArrayList<>();
    for (double percentile : value) {
      BigDecimal rounded = new BigDecimal(percentile).setScale(6, RoundingMode.HALF_EVEN);
      texts.add(rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString());
    }
    return String.join(" ", texts);
  }

  @Override
  void rewrite(List<Double> value, ConfigRewrite out) {
    out.line(name(), name() + " " + (value.isEmpty() ? "\"\"" : show(value)), true);
  }
}
