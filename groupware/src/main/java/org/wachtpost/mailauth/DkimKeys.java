package org.wachtpost.mailauth;

import java.util.List;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer.Found;
import org.wachtpost.dns.DnsAnswer.NoData;
import org.wachtpost.dns.DnsAnswer.NoSuchDomain;
import org.wachtpost.dns.DnsAnswer.TemporaryFailure;

/** Looks up and checks the key of a signature, for DKIM and ARC. */
final class DkimKeys {

  private final Dns dns;

  DkimKeys(Dns dns) {
    this.dns = dns;
  }

  DkimKeyRecord find(SignatureTags signature) throws DkimFailure {
    return switch (dns.txt(signature.keyName())) {
      case Found<String> found -> first(found.records());
      case NoData<String> _, NoSuchDomain<String> _ ->
          throw DkimFailure.permanent("there is no key"); // RFC 6376 §6.1.2
      case TemporaryFailure<String> _ ->
          throw new DkimFailure(DkimStatus.TEMPERROR, "the DNS did not give the key");
    };
  }

  /** RFC 6376 §6.1.2: of several records any may be taken; the first that is one is. */
  private static DkimKeyRecord first(List<String> records) throws DkimFailure {
    DkimFailure failure = DkimFailure.permanent("there is no key");
    for (String record : records) {
      try {
        return DkimKeyRecord.parse(record);
      } catch (DkimFailure e) {
        failure = e;
      }
    }
    throw failure;
  }

  /** That the signature is of this data, by this key. */
  static void verify(SignatureTags signature, DkimKeyRecord key, byte[] data) throws DkimFailure {
    DkimAlgorithm algorithm = signature.algorithm();
    if (!algorithm.verify(key.toPublicKey(algorithm), data, signature.signatureOctets())) {
      throw new DkimFailure(DkimStatus.FAIL, "signature did not verify");
    }
  }
}
