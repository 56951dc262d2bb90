package org.wachtpost.inspect.evtx;

/** Takes what {@link EvtxReader} finds, in the order of the file. */
public interface EvtxConsumer {

  /**
   * Whether the whole event is wanted. If not, {@link #record} gets it with its head alone: what
   * its System part says, and no data. Values that nobody looks at are then not checked either.
   *
   * @param head the event as its System part has it
   */
  default boolean wants(EvtxRecord head) {
    return true;
  }

  /** False if {@link #wants} says yes to every event: then it is not asked. */
  default boolean chooses() {
    return false;
  }

  /**
   * False if nobody looks at {@link EvtxRecord#root}: then most records come without it, and
   * sooner. The data of these is made text when it is asked for: who keeps such a record keeps its
   * chunk of 64 KiB.
   */
  default boolean trees() {
    return true;
  }

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
