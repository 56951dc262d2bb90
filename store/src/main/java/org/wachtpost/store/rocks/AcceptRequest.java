package org.wachtpost.store.rocks;

/** Removes a mark of damage, so that a stopped account goes on with what it has. */
final class AcceptRequest extends Request {
  private final byte[] mark;

  AcceptRequest(byte[] mark) {
    this.mark = mark;
  }

  @Override
  boolean durable() {
    return true;
  }

  @Override
  long bytes() {
    return 0;
  }

  @Override
  boolean addsBlobs() {
    return false;
  }

  @Override
  void stage(Group group) {
    group.deleteMeta(mark);
  }
}
