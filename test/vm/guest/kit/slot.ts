// In the guest: the slot of test/vm/drive.ts, where Linux drives it by itself (pciehp), not by ACPI.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { pci } from 'io-mapping'
import { PCI_EXPRESS_PORT } from 'io-mapping/pci'

const PORT = '0000:00:08.0'
/** In milliseconds: Linux switches the power off, and the indicator a second later, as the last but one that it does. */
const LOOK = 50
const PATIENCE = 60_000
const REST = 300

class Slot {
  readonly #port = pci(PORT)

  /**
   * Has the card pulled out without a word, in the middle of all. QEMU takes it out when the power is switched off; Linux is told when
   * it is on again, and finds nobody there: it would take a slot that is off for its own doing.
   */
  pull(): void {
    const { HOT_PLUG_INTERRUPT } = this.#control.read()
    this.#control.modify({ POWER_OFF: true, POWER_INDICATOR: 'OFF', HOT_PLUG_INTERRUPT: false })
    this.#control.modify({ POWER_OFF: false, POWER_INDICATOR: 'ON', HOT_PLUG_INTERRUPT })
  }

  /** Waits until Linux is done with a card that is gone. One that is plugged before, QEMU takes out again. */
  async emptied(): Promise<void> {
    const end = performance.now() + PATIENCE
    while (!this.#isOff()) {
      assert.ok(performance.now() < end, 'the slot is off')
      await setTimeout(LOOK)
    }
    await setTimeout(REST)
  }

  #isOff(): boolean {
    const { POWER_OFF, POWER_INDICATOR } = this.#control.read()
    return POWER_OFF && POWER_INDICATOR === 'OFF'
  }

  get #control() {
    const { config, capabilities } = this.#port
    const express = capabilities.find(({ name }) => name === 'pci-express') ?? assert.fail()
    return PCI_EXPRESS_PORT.at(config, express.offset).SLOT_CONTROL
  }
}

/** Undefined where the host is to take the card out. */
export const slot = existsSync(`/sys/bus/pci_express/drivers/pciehp/${PORT}:pcie004`) ? new Slot() : undefined
