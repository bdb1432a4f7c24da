// A chip that doesn't exist, whose description uses all of CMSIS-SVD that is about registers.
export const CHIP = `<?xml version="1.0" encoding="utf-8"?>
<device schemaVersion="1.3">
  <name>CHIP</name>
  <version>1.2</version>
  <licenseText>Free for all.</licenseText>
  <cpu><endian>little</endian></cpu>
  <width>32</width>
  <size>32</size>
  <access>read-write</access>
  <resetValue>0x0</resetValue>
  <resetMask>0xffffffff</resetMask>
  <peripherals>
    <peripheral>
      <name>UART0</name>
      <description>A serial port
        of two lines, and a */ within</description>
      <baseAddress>0x40001000</baseAddress>
      <addressBlock><offset>0</offset><size>0x200</size><usage>registers</usage></addressBlock>
      <registers>
        <register>
          <name>CONTROL</name>
          <description>Switches it on</description>
          <addressOffset>0x0</addressOffset>
          <resetValue>0x300</resetValue>
          <fields>
            <field><name>ENABLE</name><bitRange>[0:0]</bitRange></field>
            <field>
              <name>PARITY</name><lsb>4</lsb><msb>5</msb>
              <enumeratedValues>
                <name>Parity</name>
                <enumeratedValue><name>NONE</name><value>0</value></enumeratedValue>
                <enumeratedValue><name>EVEN</name><value>#10</value></enumeratedValue>
                <enumeratedValue><name>ODD</name><value>0b11</value></enumeratedValue>
                <enumeratedValue><name>OTHER</name><isDefault>true</isDefault></enumeratedValue>
              </enumeratedValues>
            </field>
            <field><name>DIVIDER</name><bitOffset>8</bitOffset><bitWidth>0x10</bitWidth></field>
            <field><name>KEY</name><bitRange>[31:24]</bitRange><access>write-only</access></field>
          </fields>
        </register>
        <register derivedFrom="CONTROL">
          <name>CONTROL2</name>
          <addressOffset>4</addressOffset>
        </register>
        <register>
          <name>STATUS</name>
          <addressOffset>0x8</addressOffset>
          <modifiedWriteValues>oneToClear</modifiedWriteValues>
          <fields>
            <field><name>DONE</name><bitRange>[0:0]</bitRange></field>
            <field><name>BUSY</name><bitRange>[1:1]</bitRange><access>read-only</access></field>
            <field><name>SEEN</name><bitRange>[2:2]</bitRange><readAction>clear</readAction><access>read-only</access></field>
            <field derivedFrom="CONTROL.PARITY"><name>MODE</name><lsb>8</lsb><msb>9</msb><modifiedWriteValues>modify</modifiedWriteValues></field>
          </fields>
        </register>
        <register>
          <name>RX</name>
          <description>Takes a byte out</description>
          <addressOffset>0xc</addressOffset>
          <size>8</size>
          <access>read-only</access>
          <readAction>modifyExternal</readAction>
        </register>
        <register>
          <name>TX</name>
          <alternateRegister>RX</alternateRegister>
          <addressOffset>0xc</addressOffset>
          <size>8</size>
          <access>writeOnce</access>
        </register>
        <register>
          <name>LATCH</name>
          <description>Where RX and TX are, while a bit elsewhere is set</description>
          <addressOffset>0xc</addressOffset>
          <size>8</size>
        </register>
        <register>
          <name>COMMAND</name>
          <addressOffset>0x10</addressOffset>
          <size>16</size>
          <fields>
            <field>
              <name>CODE</name><bitRange>[3:0]</bitRange>
              <enumeratedValues>
                <usage>read</usage>
                <enumeratedValue><name>IDLE</name><value>0</value></enumeratedValue>
                <enumeratedValue><name>ACTIVE</name><value>#1xxx</value></enumeratedValue>
              </enumeratedValues>
              <enumeratedValues>
                <usage>write</usage>
                <enumeratedValue><name>START</name><value>0x1</value></enumeratedValue>
                <enumeratedValue><name>STOP</name><value>2</value></enumeratedValue>
              </enumeratedValues>
            </field>
            <field><name>LINE%s</name><bitRange>[8:8]</bitRange><dim>3</dim><dimIncrement>2</dimIncrement><dimIndex>A-C</dimIndex></field>
            <field><name>read</name><bitRange>[15:15]</bitRange></field>
          </fields>
        </register>
        <register>
          <name>BUFFER[%s]</name>
          <addressOffset>0x20</addressOffset>
          <dim>4</dim><dimIncrement>8</dimIncrement>
        </register>
        <register>
          <name>TIMER%s</name>
          <addressOffset>0x40</addressOffset>
          <dim>2</dim><dimIncrement>4</dimIncrement><dimIndex>LOW,HIGH</dimIndex>
          <resetValue>0xffff1234</resetValue><resetMask>#1111111111111111</resetMask>
        </register>
        <register>
          <name>WIDE</name>
          <addressOffset>0x48</addressOffset>
          <size>64</size>
          <resetValue>0x8000000000000000</resetValue><resetMask>0xffffffffffffffff</resetMask>
          <fields><field><name>ADDRESS</name><bitRange>[63:2]</bitRange></field><field><name>ON</name><bitRange>[0:0]</bitRange></field></fields>
        </register>
        <cluster>
          <name>DMA[%s]</name>
          <description>A channel</description>
          <addressOffset>0x100</addressOffset>
          <dim>2</dim><dimIncrement>0x40</dimIncrement>
          <size>16</size>
          <register><name>SOURCE</name><addressOffset>0</addressOffset></register>
          <cluster>
            <name>TARGET</name>
            <addressOffset>0x10</addressOffset>
            <register><name>HERE</name><addressOffset>2</addressOffset><access>write-only</access></register>
          </cluster>
        </cluster>
        <cluster derivedFrom="DMA">
          <name>SPARE%s</name>
          <addressOffset>0x180</addressOffset>
        </cluster>
      </registers>
    </peripheral>
    <peripheral derivedFrom="UART0">
      <name>UART1</name>
      <baseAddress>0x40002000</baseAddress>
    </peripheral>
    <peripheral derivedFrom="UART1">
      <name>UART2</name>
      <description>One with other registers</description>
      <baseAddress>0x40003000</baseAddress>
      <registers><register derivedFrom="UART0.CONTROL"><name>ONLY</name><addressOffset>0</addressOffset></register></registers>
    </peripheral>
    <peripheral>
      <name>1-WIRE</name>
      <baseAddress>1G</baseAddress>
      <registers><register><name>default</name><addressOffset>0</addressOffset><fields>
        <field><name>it's</name><bitRange>[0:0]</bitRange></field>
        <field><name>LEVEL</name><bitRange>[3:2]</bitRange><enumeratedValues derivedFrom="UART0.CONTROL.PARITY.Parity"></enumeratedValues></field>
      </fields></register></registers>
    </peripheral>
  </peripherals>
</device>
`

/** The chip with one part of its text replaced. */
export const chipWith = (part: string, other: string): string => {
  if (!CHIP.includes(part)) throw new Error(`the chip has no ${part}`)
  return CHIP.replace(part, () => other)
}

/** A device of these peripherals. */
export const deviceOf = (...peripherals: string[]): string =>
  `<device><name>D</name><peripherals>${peripherals.join('')}</peripherals></device>`

export const peripheral = (name: string, ...registers: string[]): string =>
  `<peripheral><name>${name}</name><baseAddress>0x1000</baseAddress><registers>${registers.join('')}</registers></peripheral>`

/** One at the address of another, whose registers it has. */
export const sameAs = (base: string, name: string): string =>
  `<peripheral derivedFrom="${base}"><name>${name}</name><baseAddress>0x1000</baseAddress></peripheral>`

export const register = (name: string, offset: number, inside = '', from?: string): string =>
  `<register${from ? ` derivedFrom="${from}"` : ''}><name>${name}</name><addressOffset>${offset}</addressOffset>${inside}</register>`

/** Fields of one bit each, from bit 0 on. */
export const fields = (...all: string[]): string =>
  `<fields>${all.map((field, i) => (field.startsWith('<') ? field : `<field><name>${field}</name><bitRange>[${i}:${i}]</bitRange></field>`)).join('')}</fields>`
