package io.skein.engine.value;

import io.skein.engine.structure.EntryKind;

/// A view of the stream of one key. It may be empty.
public final class StreamValue extends Value {
  public static final ValueType<StreamValue> TYPE =
      new ValueType<>(EntryKind.STREAM, EntryKind.STREAM, Integer.BYTES, StreamValue::new);

  public StreamValue(Place place) {
    super(place);
  }

  @Override
  public void initialize() {
    place.become(EntryKind.STREAM, new Stream(place.arena()));
  }

  @Override
  public long size() {
    return stream().length();
  }

  /// The stream, to be read.
  public Stream stream() {
    return (Stream) place.large();
  }

  /// The stream, which is about to be changed.
  public Stream toChange() {
    place.changing();
    return stream();
  }

  /// The stream, of which something beside the entries is about to be changed, groups or what is
  /// counted: that is no change of the key to those who watch it.
  public Stream toChangeGroups() {
    place.changingAside();
    return stream();
  }

  /// When nodes are full.
  public EncodingLimits.StreamLimits limits() {
    return place.limits().stream();
  }
}
