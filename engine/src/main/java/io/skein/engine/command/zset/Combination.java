package io.skein.engine.command.zset;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.Database;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.ScoredMember;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Several sorted sets and sets that are made one.
///
/// Where the order of additions shows in the last digits of a sum, it is that of Redis: from the
/// input with the fewest members to that with the most.
final class Combination {
  /// What becomes of the scores of a member that several inputs have.
  enum Aggregate {
    SUM,
    MIN,
    MAX;

    double of(double a, double b) {
      return switch (this) {
        // Of two infinities that cancel each other nothing is left.
        case SUM -> Double.isNaN(a + b) ? 0 : a + b;
        case MIN -> b < a ? b : a;
        case MAX -> b > a ? b : a;
      };
    }
  }

  /// One of the inputs.
  abstract static class Input {
    private double weight = 1;

    /// The number of members.
    abstract int size();

    /// Goes to the next member, at first to the first; false when there is none.
    abstract boolean next();

    /// The score of the member that [#next] or [#find] went to.
    abstract double score();

    /// The member that [#next] went to: the first [#length] bytes of an array.
    abstract byte[] member();

    abstract int length();

    /// Goes to a member, without a change to where [#next] goes; false when it is not there.
    abstract boolean find(byte[] member, int length);
  }

  private final Input[] inputs;
  private Aggregate aggregate = Aggregate.SUM;

  /// A combination of the values of `keys` keys of `call`.
  Combination(Call call, int firstKey, int keys) {
    inputs = new Input[keys];
    Database db = call.database();
    for (int i = 0; i < keys; i++) {
      inputs[i] = input(db, db.read(call.keyAt(firstKey + i)));
    }
  }

  private static Input input(Database db, long entry) {
    if (entry == 0) {
      return new SortedSetInput(null);
    }
    int kind = Entry.kind(entry);
    if (SetValue.TYPE.has(kind)) {
      return new SetInput(db.view(entry, SetValue.TYPE));
    }
    if (!SortedSetValue.TYPE.has(kind)) {
      throw Errors.WRONG_TYPE;
    }
    return new SortedSetInput(db.view(entry, SortedSetValue.TYPE));
  }

  /// Multiplies the scores of an input.
  void weight(int input, double factor) {
    inputs[input].weight = factor;
  }

  void aggregate(Aggregate how) {
    aggregate = how;
  }

  private void sort() {
    Arrays.sort(inputs, Comparator.comparingInt(Input::size));
  }

  /// The members that any input has.
  List<ScoredMember> union() {
    sort();
    List<ScoredMember> result = new ArrayList<>();
    Map<Bytes, ScoredMember> known = new HashMap<>();
    for (Input input : inputs) {
      while (input.next()) {
        double score = input.weight * input.score();
        score = Double.isNaN(score) ? 0 : score;
        byte[] member = Arrays.copyOf(input.member(), input.length());
        ScoredMember fresh = new ScoredMember(member, score);
        ScoredMember before = known.putIfAbsent(Bytes.wrap(member), fresh);
        if (before == null) {
          result.add(fresh);
        } else {
          before.score(aggregate.of(before.score(), score));
        }
      }
    }
    return result;
  }

  /// The members that all inputs have.
  List<ScoredMember> intersection() {
    sort();
    List<ScoredMember> result = new ArrayList<>();
    Input least = inputs[0];
    while (least.next()) {
      double score = least.weight * least.score();
      score = Double.isNaN(score) ? 0 : score;
      int i = 1;
      for (; i < inputs.length && inputs[i].find(least.member(), least.length()); i++) {
        score = aggregate.of(score, inputs[i].score() * inputs[i].weight);
      }
      if (i == inputs.length) {
        result.add(new ScoredMember(Arrays.copyOf(least.member(), least.length()), score));
      }
    }
    return result;
  }

  /// The number of members that all inputs have, but no more than `limit`, if that is not 0.
  long countCommon(long limit) {
    sort();
    long count = 0;
    Input least = inputs[0];
    while ((limit == 0 || count < limit) && least.next()) {
      int i = 1;
      while (i < inputs.length && inputs[i].find(least.member(), least.length())) {
        i++;
      }
      count += i == inputs.length ? 1 : 0;
    }
    return count;
  }

  /// The members of the first input that no other has.
  List<ScoredMember> difference() {
    List<ScoredMember> result = new ArrayList<>();
    Input first = inputs[0];
    Input[] others = Arrays.copyOfRange(inputs, 1, inputs.length);
    // Where most are, most are found.
    Arrays.sort(others, Comparator.comparingInt(Input::size).reversed());
    while (first.next()) {
      boolean found = false;
      for (int i = 0; i < others.length && !found; i++) {
        found = others[i].find(first.member(), first.length());
      }
      if (!found) {
        result.add(new ScoredMember(Arrays.copyOf(first.member(), first.length()), first.score()));
      }
    }
    return result;
  }

  /// A sorted set, or none.
  private static final class SortedSetInput extends Input {
    private final @Nullable SortedSetValue value;
    private @Nullable SortedSetCursor at;
    private byte[] member = new byte[64];
    private int length;
    private double score;

    SortedSetInput(@Nullable SortedSetValue value) {
      this.value = value;
    }

    @Override
    int size() {
      return value == null ? 0 : value.count();
    }

    @Override
    boolean next() {
      if (value == null) {
        return false;
      }
      boolean begins = at == null;
      SortedSetCursor cursor = begins ? value.cursor() : Objects.requireNonNull(at);
      at = cursor;
      if (begins ? !cursor.toRank(0) : !cursor.next()) {
        return false;
      }
      score = cursor.score();
      if (cursor.isInteger()) {
        length = Numbers.writeLong(cursor.integer(), member, 0);
        return true;
      }
      length = cursor.length();
      if (length > member.length) {
        member = new byte[Math.max(length, 2 * member.length)];
      }
      Memory.copy(cursor.address(), member, 0, length);
      return true;
    }

    @Override
    double score() {
      return score;
    }

    @Override
    byte[] member() {
      return member;
    }

    @Override
    int length() {
      return length;
    }

    @Override
    boolean find(byte[] sought, int bytes) {
      if (value == null || !value.locate(sought, 0, bytes)) {
        return false;
      }
      score = value.score();
      return true;
    }
  }

  /// A set, whose members all have the score 1.
  private static final class SetInput extends Input {
    private final SetValue value;
    private final SetCursor at = new SetCursor();

    SetInput(SetValue value) {
      this.value = value;
      value.members(at);
    }

    @Override
    int size() {
      return (int) value.size();
    }

    @Override
    boolean next() {
      return at.next();
    }

    @Override
    double score() {
      return 1;
    }

    @Override
    byte[] member() {
      return at.text();
    }

    @Override
    int length() {
      return at.textLength();
    }

    @Override
    boolean find(byte[] member, int length) {
      return value.contains(member, 0, length);
    }
  }
}
