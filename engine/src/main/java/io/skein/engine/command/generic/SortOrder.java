package io.skein.engine.command.generic;

import io.skein.engine.bytes.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The order that SORT brings elements into: by numbers or as text, of the elements themselves or
/// of what a pattern stands for.
///
/// @param by the pattern, or null for the elements themselves
/// @param whole whether text is compared beyond a zero byte, which ends it for C's `strcoll`
record SortOrder(
    SortPatterns patterns, byte @Nullable [] by, boolean alpha, boolean descending, boolean whole) {
  /// An element with what it is compared by: a number, or a text that may be missing.
  private record Weighed(byte[] element, double number, byte @Nullable [] text) {}

  /// Where texts are missing, those without come first.
  private static final Comparator<byte @Nullable []> TEXTS =
      Comparator.nullsFirst(Arrays::compareUnsigned);

  /// The elements in order, or null when one would have to be a number and is none.
  @Nullable List<byte[]> sorted(List<byte[]> elements) {
    List<Weighed> weighed = new ArrayList<>(elements.size());
    for (byte[] element : elements) {
      byte[] text = by == null ? element : patterns.lookUp(by, element);
      double number = alpha || text == null ? 0 : number(text);
      if (Double.isNaN(number)) {
        return null;
      }
      weighed.add(new Weighed(element, number, text == null || whole ? text : asInC(text)));
    }
    Comparator<Weighed> order =
        alpha
            ? Comparator.comparing(Weighed::text, TEXTS)
            : Comparator.comparingDouble(SortOrder::withoutSignOfZero)
                .thenComparing(Weighed::element, Arrays::compareUnsigned);
    weighed.sort(descending ? order.reversed() : order);
    List<byte[]> sorted = new ArrayList<>(weighed.size());
    for (Weighed each : weighed) {
      sorted.add(each.element);
    }
    return sorted;
  }

  private static byte[] asInC(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (text[i] == 0) {
        return Arrays.copyOf(text, i);
      }
    }
    return text;
  }

  private static double withoutSignOfZero(Weighed weighed) {
    return weighed.number + 0.0;
  }

  /// The number that C's `strtod` reads, the whole of the text; NaN when there is none. Nothing is
  /// zero.
  private static double number(byte[] bytes) {
    byte[] text = asInC(bytes);
    int from = 0;
    while (from < text.length && (text[from] == ' ' || text[from] >= '\t' && text[from] <= '\r')) {
      from++;
    }
    if (from == text.length) {
      return from == 0 ? 0 : Double.NaN;
    }
    return Doubles.parse(text, from, text.length - from);
  }
}
