package io.flotilla.base.rpc;

/**
 * Why a question has no answer.
 *
 * @param code what the caller may conclude
 * @param message one line for people
 */
public record RpcFailure(Code code, String message) {
  /** What a failure proves about the question. */
  public enum Code {
    /** It never left this process, so it cannot have had an effect. */
    UNSENT,
    /** It may have been received and executed; nothing is known. */
    NO_ANSWER,
    /** The receiver refused the bytes or the arguments; no effect. */
    INVALID_ARGUMENT,
    /** The receiver does not know the method; no effect. */
    UNIMPLEMENTED,
    /** The receiver is not able to serve now and did nothing. */
    UNAVAILABLE,
    /** The receiver is over a bound and did nothing. */
    BUSY,
    /** The session has expired; no effect. */
    SESSION_EXPIRED,
    /** The receiver may have executed it but cannot say. */
    UNKNOWN_OUTCOME
  }

  /** Whether this failure proves that the question had, and will have, no effect. */
  public boolean isDefinite() {
    return code != Code.NO_ANSWER && code != Code.UNKNOWN_OUTCOME;
  }
}
