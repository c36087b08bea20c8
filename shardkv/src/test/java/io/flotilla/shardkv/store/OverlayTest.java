package io.flotilla.shardkv.store;

import static io.flotilla.shardkv.store.StoreWorld.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the keys of a layer are put in order. */
final class OverlayTest {
  private static final Namespace WALKED = new Namespace(1, 1);
  private static final Namespace OTHER = new Namespace(2, 1);
  private static final int KEYS = 1_000;

  @Test
  void whatWasWalkedBelowIsKeptInOrderFromTheFirstKeyOn() throws Exception {
    Overlay below = new Overlay();
    fill(below);
    assertThat(keys(below, WALKED)).hasSize(KEYS).isSortedAccordingTo(KeyOrder.UNSIGNED);
    Overlay above = below.next();
    fill(above);
    assertThat(above.unordered(WALKED, RowKind.DATA)).isZero();
    assertThat(above.unordered(OTHER, RowKind.DATA)).as("nobody walks it").isEqualTo(KEYS);
    assertThat(keys(above, WALKED)).hasSize(KEYS).isSortedAccordingTo(KeyOrder.UNSIGNED);
    assertThat(keys(above, OTHER)).hasSize(KEYS).isSortedAccordingTo(KeyOrder.UNSIGNED);
  }

  private static void fill(Overlay layer) {
    for (int i = 0; i < KEYS; i++) {
      ByteString key = bytes("key" + i * 7_919 % KEYS);
      layer.put(WALKED, RowKind.DATA, key, Slot.of(Row.of(key, i)));
      layer.put(OTHER, RowKind.DATA, key, Slot.of(Row.of(key, i)));
    }
  }

  private static List<ByteString> keys(Overlay layer, Namespace namespace) throws StoreDamage {
    List<ByteString> keys = new ArrayList<>();
    LayerWalk walk = layer.walk(namespace, RowKind.DATA, ByteString.EMPTY);
    for (walk.advance(); !walk.atEnd(); walk.advance()) {
      keys.add(walk.key());
    }
    return keys;
  }
}
