package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;

/** Keys and values as they stand on the command line. */
final class Arguments {
  private static final String STANDARD_INPUT = "-";

  private Arguments() {}

  static ByteString key(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** A value: its text, or all of standard input for {@code -}. */
  static ByteString value(String text, Shell shell) throws IOException {
    return text.equals(STANDARD_INPUT)
        ? ByteString.readFrom(shell.in())
        : ByteString.copyFromUtf8(text);
  }
}
