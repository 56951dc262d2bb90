package org.wachtpost.inspect.evtx;

/** Takes what {@link EvtxReader} finds, in the order of the file. */
public interface EvtxConsumer {

  /** One event. What its strings say is hostile. */
  void record(EvtxRecord record);

  /**
   * Something that is not as it should be; reading goes on after it.
   *
   * @param offset from the start of the file, in bytes
   * @param what one English sentence without a full stop; holds no text from the file
   */
  void damage(long offset, String what);
}
