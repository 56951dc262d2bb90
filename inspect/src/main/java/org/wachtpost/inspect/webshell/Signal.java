package org.wachtpost.inspect.webshell;

/** What a piece of server code can do that an attacker would want. */
enum Signal {
  /** Runs text as code. */
  EVAL,
  /** Loads bytes as code: assemblies, serialised objects, stylesheets with script. */
  LOAD,
  /** Allocates executable memory or starts a thread in it. */
  SHELLCODE,
  /** Starts programs. */
  EXEC,
  /** A script engine as a component. */
  ENGINE,
  /** Opens a file for writing; the first argument is its path. */
  WRITE,
  /** Writes its argument to something that was opened. */
  CONTENT,
  /** Makes a component, or calls a method, that its argument names. */
  COMPONENT,
  /** Sets the password of an account of the host. */
  ACCOUNT,
  /** Saves what was uploaded. */
  SAVE,
  /** Reads a file. */
  READ,
  /** Lists folders. */
  LIST,
  DELETE,
  /** Copies or moves files. */
  COPY,
  /** Lists drives. */
  DRIVES,
  /** Opens a database that its argument names. */
  CONNECT,
  /** Sends its argument to a database. */
  QUERY,
  REGISTRY,
  /** Windows management. */
  WMI,
  SOCKET,
  /** Listens to what is sent to others. */
  SNIFF,
  /** Fetches an address. */
  FETCH,
  /** Sends its argument on to another server. */
  RELAY,
  /** A program written as text. */
  PROGRAM,
  /** The keys with which the site signs and encrypts. */
  KEYS,
  /** A class or component published as part of a shell. */
  KNOWN,
  /** Tells about the host: accounts, processes, services. */
  HOST
}
