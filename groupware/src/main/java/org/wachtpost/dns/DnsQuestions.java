package org.wachtpost.dns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** The questions of {@link Dns} as one: which type, which records, what each one means. */
interface DnsQuestions extends Dns {

  /**
   * Asks for the records of one type.
   *
   * @param decode what a record means; null leaves it out
   */
  <R extends Record, T> DnsAnswer<T> ask(
      String name, int type, Class<R> recordClass, Function<R, @Nullable T> decode);

  @Override
  default DnsAnswer<String> txt(String name) {
    return ask(name, Type.TXT, TXTRecord.class, DnsRecords::txt);
  }

  @Override
  default DnsAnswer<Inet4Address> a(String name) {
    return ask(name, Type.A, ARecord.class, DnsRecords::a);
  }

  @Override
  default DnsAnswer<Inet6Address> aaaa(String name) {
    return ask(name, Type.AAAA, AAAARecord.class, DnsRecords::aaaa);
  }

  @Override
  default DnsAnswer<MxRecord> mx(String name) {
    return ask(name, Type.MX, MXRecord.class, DnsRecords::mx);
  }

  @Override
  default DnsAnswer<String> cname(String name) {
    return ask(name, Type.CNAME, CNAMERecord.class, DnsRecords::cname);
  }

  @Override
  default DnsAnswer<String> ptr(InetAddress address) {
    return ask(
        DnsRecords.name(DnsRecords.reverse(address)), Type.PTR, PTRRecord.class, DnsRecords::ptr);
  }

  @Override
  default DnsAnswer<TlsaRecord> tlsa(String name) {
    return ask(name, Type.TLSA, TLSARecord.class, DnsRecords::tlsa);
  }
}
