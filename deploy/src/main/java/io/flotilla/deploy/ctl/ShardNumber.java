package io.flotilla.deploy.ctl;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a shard's number; which there are, the cluster knows. */
final class ShardNumber implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    if (!text.matches("-?[0-9]{1,9}")) {
      throw new TypeConversionException("'" + text + "' is not the number of a shard");
    }
    int shard = Integer.parseInt(text);
    if (shard < 0) {
      throw new TypeConversionException("there is no shard " + text + "; the first is 0");
    }
    return shard;
  }
}
