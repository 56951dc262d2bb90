package org.wachtpost.directory;

import java.time.Instant;

/** When and whence a credential was last used. */
public record LastUse(String credential, Instant time, String protocol, String remote) {}
